#include "server/http_server.h"

#include <fmt/format.h>
#include <httplib.h>
#include <poll.h>

#include <atomic>
#include <exception>
#include <thread>
#include <utility>
#include <vector>

#include "server/http_answers.h"
#include "server/http_poller.h"
#include "server/log.h"

namespace server {
namespace {

using Clock = std::chrono::steady_clock;

// What cpp-httplib reads and writes instead of a socket: in comes a request line of ours, out goes the response, into
// the exchange or, when it is a stream, to the client.
class ExchangeStream : public httplib::Stream {
 public:
  ExchangeStream(Exchange& exchange, const HttpLimits& limits, const HttpPoller& poller)
      : exchange_(exchange),
        limits_(limits),
        poller_(poller),
        request_line_(exchange.head.method == "HEAD" ? "HEAD / HTTP/1.1\r\n\r\n" : "GET / HTTP/1.1\r\n\r\n") {}

  void write_to_client() {
    direct_ = true;
    began_ = Clock::now();
  }
  bool broken() const { return broken_; }

  bool is_readable() const override { return read_ < request_line_.size(); }
  bool is_writable() const override { return !broken_; }
  ssize_t read(char* to, std::size_t size) override {
    const std::size_t count = request_line_.copy(to, size, read_);
    read_ += count;
    return static_cast<ssize_t>(count);
  }
  ssize_t write(const char* bytes, std::size_t size) override {
    if (broken_) return -1;
    if (!direct_) {
      exchange_.answer.append(bytes, size);
      return static_cast<ssize_t>(size);
    }
    const ssize_t count = send(bytes, size);
    broken_ = count < 0;
    return count;
  }
  void get_remote_ip_and_port(std::string& ip, int& port) const override {
    ip = exchange_.remote_ip;
    port = 0;
  }
  void get_local_ip_and_port(std::string& ip, int& port) const override {
    ip.clear();
    port = 0;
  }
  socket_t socket() const override { return 0; }  // the library refuses what select() cannot bear, and never uses it

 private:
  // Long downloads may take long, as long as they get on.
  ssize_t send(const char* bytes, std::size_t size) {
    const auto deadline = Clock::now() + limits_.write_deadline;
    for (;;) {
      const ssize_t count = exchange_.transport->send(bytes, size);
      if (count >= 0) sent_ += static_cast<std::size_t>(count);
      if (count != Transport::blocked) return count;
      const auto now = Clock::now();
      const auto seconds =
          static_cast<std::size_t>(std::chrono::duration_cast<std::chrono::seconds>(now - began_).count());
      const bool crawls = now - began_ > limits_.write_deadline && sent_ < seconds * limits_.slowest_bytes_per_second;
      if (now >= deadline || crawls || poller_.out_of_patience()) return -1;
      pollfd event{exchange_.socket, exchange_.transport->waits_for(), 0};
      ::poll(&event, 1, 200);
    }
  }

  Exchange& exchange_;
  const HttpLimits& limits_;
  const HttpPoller& poller_;
  const std::string request_line_;
  std::size_t read_ = 0;
  bool direct_ = false;
  bool broken_ = false;
  std::size_t sent_ = 0;
  Clock::time_point began_;
};

Request to_request(Exchange& exchange) {
  // Asked again with its body, it needs its head again.
  RequestHead head = exchange.body_to_come ? exchange.head : std::move(exchange.head);
  Request request;
  request.method = std::move(head.method);
  request.path = std::move(head.path);
  request.query = std::move(head.query);
  request.headers = std::move(head.headers);
  request.body = std::move(exchange.body);
  request.body_to_come = exchange.body_to_come;
  request.remote_ip = exchange.remote_ip;
  request.secure = exchange.secure;
  return request;
}

// What a worker is at: the library calls back without saying for whom.
struct InHand {
  Exchange* exchange = nullptr;
  ExchangeStream* stream = nullptr;
  bool keep_alive = false;
};
thread_local InHand in_hand;

bool wants_close(const RequestHead& head) {
  const auto connection = head.headers.find("connection");
  return head.http_1_0 || (connection != head.headers.end() && connection->second.find("close") != std::string::npos);
}

}  // namespace

class HttpServer::Front : public httplib::Server {
 public:
  Front(server::Handler handler, HttpLimits limits, const TlsCertificate* certificate)
      : handler_(std::move(handler)), limits_(std::move(limits)), poller_(limits_, refusal, certificate) {
    new_task_queue = [] { return new Inline; };
    set_pre_routing_handler([this](const httplib::Request&, httplib::Response& response) {
      answer(response);
      return HandlerResponse::Handled;
    });
    set_post_routing_handler([](const httplib::Request&, httplib::Response& response) {
      response.headers.erase("Keep-Alive");  // promises a number of requests that nobody counts
      response.headers.erase("Accept-Ranges");
      if (response.status == 304 || response.status == 204) response.headers.erase("Content-Length");
    });
    for (std::size_t i = 0; i < limits_.workers; ++i) workers_.emplace_back([this] { work(); });
  }

  ~Front() override {
    if (!stopped_) halt([this] { poller_.stop_now(); });
  }

  schema::Result<Endpoint> begin(const Endpoint& endpoint) {
    auto socket = listen_on(endpoint);
    if (!socket) return schema::unexpected(socket.error());
    const Endpoint real = local_endpoint(socket->fd());
    svr_sock_ = socket->release();
    listener_ = std::thread([this] { listen_after_bind(); });
    while (!is_running()) std::this_thread::yield();
    return real;
  }

  void drain() {
    halt([this] { poller_.stop(); });
  }

  std::size_t busy() const { return busy_; }

 private:
  // Accepted connections are handed over at once, by the accepting thread. Returns what either version wants.
  struct Inline : httplib::TaskQueue {
    using Enqueued = decltype(std::declval<httplib::TaskQueue&>().enqueue({}));
    Enqueued enqueue(std::function<void()> task) override {
      task();
      return Enqueued(true);
    }
    void shutdown() override {}
  };

  bool process_and_close_socket(socket_t socket) override {
    poller_.add(Socket(socket));
    return true;
  }

  template <typename StopPoller>
  void halt(StopPoller stop_poller) {
    stopped_ = true;
    if (listener_.joinable()) {
      httplib::Server::stop();
      listener_.join();
    }
    stop_poller();
    for (std::thread& worker : workers_) worker.join();
    workers_.clear();
  }

  void work() {
    while (auto exchange = poller_.next()) {
      ExchangeStream stream(*exchange, limits_, poller_);
      // Whose body is not read has nothing more to say.
      const bool close = exchange->body_to_come || wants_close(exchange->head);
      in_hand = {exchange.get(), &stream, !close};
      ++busy_;
      try {
        library_response(&Front::process_request, stream, close);
      } catch (const std::exception& error) {
        log_event(LogLevel::error, "http_response_failed", {{"error", error.what()}});
        in_hand.keep_alive = false;
      }
      --busy_;
      exchange->keep_alive = in_hand.keep_alive && !stream.broken();
      in_hand = {};
      poller_.finish(std::move(exchange));
    }
  }

  // process_request() of 0.11 (Debian 12) and of 0.18 (Debian 13).
  using Setup = std::function<void(httplib::Request&)>;
  void library_response(bool (httplib::Server::*process)(httplib::Stream&, bool, bool&, const Setup&),
                        ExchangeStream& stream, bool close) {
    bool closed = false;
    (this->*process)(stream, close, closed, nullptr);
  }
  void library_response(bool (httplib::Server::*process)(httplib::Stream&, const std::string&, int, const std::string&,
                                                         int, bool, bool&, const Setup&),
                        ExchangeStream& stream, bool close) {
    bool closed = false;
    (this->*process)(stream, "", 0, "", 0, close, closed, nullptr);
  }

  void answer(httplib::Response& to) {
    const bool http_1_0 = in_hand.exchange->head.http_1_0;
    Request request = to_request(*in_hand.exchange);
    const bool head_only = request.method == "HEAD";
    Response response = handle(request);
    if (request.body_to_come && response.status == 100) {
      in_hand.exchange->admitted = true;  // what the library makes of it is not sent
      return;
    }
    if (response.stream && !head_only && streams_.fetch_add(1) >= limits_.streams) {
      --streams_;
      response = problem_response(503);
    }
    to.status = response.status;
    std::string type = "application/octet-stream";
    for (auto& [name, value] : response.headers) {
      if (name == "Content-Type") {
        type = value;
      } else {
        to.headers.emplace(std::move(name), std::move(value));
      }
    }
    if (!response.stream) {
      if (response.body.empty()) return;
      to.set_content(response.body, type);
    } else if (head_only) {
      to.set_header("Content-Type", type);
    } else {
      in_hand.stream->write_to_client();
      if (http_1_0) in_hand.keep_alive = false;
      send_stream(std::move(response.stream), type, http_1_0, to);
    }
  }

  void send_stream(std::function<bool(const BodySink&)> body, const std::string& type, bool http_1_0,
                   httplib::Response& to) {
    const auto provide = [body = std::move(body)](std::size_t, httplib::DataSink& sink) {
      bool complete = false;
      try {
        complete =
            body([&](std::string_view bytes) { return bytes.empty() || sink.write(bytes.data(), bytes.size()); });
      } catch (const std::exception& error) {
        log_event(LogLevel::error, "http_stream_failed", {{"error", error.what()}});
      }
      // A body without its end tells the client that it is not whole.
      if (complete) sink.done();
      return complete;
    };
    const auto release = [this](bool complete) {
      --streams_;
      if (!complete) in_hand.keep_alive = false;
    };
    if (http_1_0) {
      to.set_content_provider(type, provide, release);
    } else {
      to.set_chunked_content_provider(type, provide, release);
    }
  }

  Response handle(const Request& request) {
    try {
      return handler_(request);
    } catch (const std::exception& error) {
      log_event(LogLevel::error, "http_handler_failed", {{"path", request.path}, {"error", error.what()}});
    } catch (...) {
      log_event(LogLevel::error, "http_handler_failed", {{"path", request.path}});
    }
    return problem_response(500);
  }

  const server::Handler handler_;
  const HttpLimits limits_;
  HttpPoller poller_;
  std::atomic<std::size_t> streams_{0};
  std::atomic<std::size_t> busy_{0};
  std::vector<std::thread> workers_;
  std::thread listener_;
  bool stopped_ = false;
};

HttpServer::HttpServer(Handler handler, HttpLimits limits, const TlsCertificate* certificate)
    : front_(std::make_unique<Front>(std::move(handler), std::move(limits), certificate)) {}
HttpServer::~HttpServer() = default;

schema::Result<Endpoint> HttpServer::start(const Endpoint& endpoint) {
  return front_->begin(endpoint);
}
void HttpServer::stop() {
  front_->drain();
}
std::size_t HttpServer::busy() const {
  return front_->busy();
}

}  // namespace server
