// Asks one question over and over on a few connections that stay open: how many answers a second, and how long they took.
//
//   ruadar_ask PORT TARGET [seconds=3] [connections=4] [If-None-Match]
//
// Prints {"answers":..,"seconds":..,"status":..,"p50_us":..,"p99_us":..}; ends with 1 when an answer has another status
// than the first one.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

[[noreturn]] void fail(const char* why) {
  std::perror(why);
  std::exit(1);
}

class Connection {
 public:
  explicit Connection(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("connect");
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;
  ~Connection() { ::close(socket_); }

  // The status of the answer, which is read to its end.
  int ask(const std::string& request) {
    if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(request.size())) fail("send");
    std::size_t head = 0;
    for (bytes_.clear(); (head = bytes_.find("\r\n\r\n")) == std::string::npos;) receive();
    std::size_t body = 0;
    const auto length = bytes_.find("Content-Length: ");
    if (length < head) body = std::strtoull(bytes_.c_str() + length + 16, nullptr, 10);
    while (bytes_.size() < head + 4 + body) receive();
    return std::atoi(bytes_.c_str() + 9);
  }

 private:
  void receive() {
    char buffer[65536];
    const auto count = ::recv(socket_, buffer, sizeof buffer, 0);
    if (count <= 0) fail("recv");
    bytes_.append(buffer, static_cast<std::size_t>(count));
  }
  int socket_;
  std::string bytes_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: ruadar_ask PORT TARGET [seconds] [connections] [If-None-Match]\n");
    return 64;
  }
  const double seconds = argc > 3 ? std::atof(argv[3]) : 3;
  const int connections = argc > 4 ? std::atoi(argv[4]) : 4;
  std::string request = std::string("GET ") + argv[2] + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
  if (argc > 5) request += std::string("If-None-Match: ") + argv[5] + "\r\n";
  request += "\r\n";

  std::atomic<int> status{0};
  std::atomic<bool> others{false};
  std::vector<std::vector<double>> times(static_cast<std::size_t>(connections));
  const auto begun = Clock::now();
  std::vector<std::thread> threads;
  for (auto& mine : times) {
    threads.emplace_back([&] {
      Connection connection(std::atoi(argv[1]));
      auto before = Clock::now();
      while (before - begun < std::chrono::duration<double>(seconds)) {
        int expected = 0;
        const int got = connection.ask(request);
        if (!status.compare_exchange_strong(expected, got) && expected != got) others = true;
        const auto now = Clock::now();
        mine.push_back(std::chrono::duration<double, std::micro>(now - before).count());
        before = now;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  const double took = std::chrono::duration<double>(Clock::now() - begun).count();
  std::vector<double> all;
  for (const auto& mine : times) all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  const auto at = [&](double share) { return all.empty() ? 0 : all[static_cast<std::size_t>(share * static_cast<double>(all.size() - 1))]; };
  std::printf("{\"answers\":%zu,\"seconds\":%.3f,\"status\":%d,\"p50_us\":%.0f,\"p99_us\":%.0f}\n", all.size(), took,
              status.load(), at(0.5), at(0.99));
  return others ? 1 : 0;
}
