#include "ingest/tls_connection.h"

#include <curl/curl.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "ingest/loopback.h"

namespace ingest {
namespace {

using schema::Result;
using schema::Status;
using std::chrono::milliseconds;

struct EasyCleanup {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyCleanup>;

// What happens while libcurl connects, seen through its callbacks.
struct Connecting {
  Bell* bell = nullptr;
  std::string last_line;  // that the server said, for the error
};

int stop_when_rung(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Connecting*>(user)->bell->stopping() ? 1 : 0;
}

// Only what the server says; libcurl has no secret of ours in this phase.
int listen_in(CURL*, curl_infotype type, char* bytes, std::size_t size, void* user) {
  if (type != CURLINFO_HEADER_IN) return 0;
  std::string_view line(bytes, std::min<std::size_t>(size, 300));
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (line.empty()) return 0;
  std::string text(line);
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return c < 0x20 || c == 0x7F; }, ' ');
  static_cast<Connecting*>(user)->last_line = std::move(text);
  return 0;
}

std::size_t swallow(char*, std::size_t size, std::size_t count, void*) {
  return size * count;
}

class TlsConnection : public Connection {
 public:
  TlsConnection(Easy easy, curl_socket_t socket, Bell& bell) : easy_(std::move(easy)), socket_(socket), bell_(bell) {}

  Status send(std::string_view bytes, Deadline deadline) override {
    while (!bytes.empty()) {
      std::size_t sent = 0;
      const CURLcode code = curl_easy_send(easy_.get(), bytes.data(), bytes.size(), &sent);
      if (code == CURLE_AGAIN) {
        if (auto ready = wait(POLLOUT, deadline, Wake::on_stop); !ready) return ready;
        continue;
      }
      if (code != CURLE_OK) return gone(code);
      bytes.remove_prefix(sent);
    }
    return {};
  }

  Result<std::string_view> receive(Deadline deadline, Wake wake) override {
    for (;;) {
      // TLS may hold bytes that poll(2) does not know of: ask it first.
      std::size_t received = 0;
      const CURLcode code = curl_easy_recv(easy_.get(), buffer_.data(), buffer_.size(), &received);
      if (code == CURLE_OK && received > 0) return std::string_view(buffer_.data(), received);
      if (code == CURLE_OK) {
        return schema::unavailable("connection", "The mail server closed the connection.");
      }
      if (code != CURLE_AGAIN) return unexpected(gone(code).error());
      if (auto ready = wait(POLLIN, deadline, wake); !ready) return unexpected(ready.error());
    }
  }

 private:
  static Status gone(CURLcode code) {
    return schema::unavailable(
        "connection", std::string("The connection to the mail server broke: ") + curl_easy_strerror(code) + ".");
  }

  // Until the socket is ready; a bell that rings for other reasons than to stop may not wake us all the time, and so it
  // is only looked at now and then.
  Status wait(short events, Deadline deadline, Wake wake) {
    constexpr milliseconds glance(250);
    for (;;) {
      if (bell_.stopping()) return schema::unavailable("interrupted", "Interrupted.");
      const auto left = std::chrono::ceil<milliseconds>(deadline - std::chrono::steady_clock::now());
      if (left <= milliseconds(0)) return schema::unavailable("timeout", "The mail server did not answer in time.");
      std::array<pollfd, 2> descriptors = {pollfd{socket_, events, 0}, pollfd{bell_.descriptor(), POLLIN, 0}};
      const bool heeds_ring = wake == Wake::on_ring;
      const int ready = ::poll(descriptors.data(), heeds_ring ? 2 : 1,
                               static_cast<int>(heeds_ring ? std::min(left, milliseconds(3'600'000)).count()
                                                           : std::min(left, glance).count()));
      if (ready <= 0) continue;
      if (descriptors[0].revents == 0) return schema::unavailable("interrupted", "Interrupted.");
      return {};
    }
  }

  Easy easy_;
  curl_socket_t socket_;
  Bell& bell_;
  std::array<char, 64 * 1024> buffer_;
};

tl::unexpected<schema::Error> why(CURLcode code, const Endpoint& endpoint, const Connecting& connecting,
                                  bool refused_address, std::string_view words) {
  const std::string where = endpoint.host + " port " + std::to_string(endpoint.port);
  if (refused_address) {
    return schema::internal_error("not_loopback", "Without TLS only this machine is talked to, and " + endpoint.host +
                                                      " is another one: set tls to implicit or starttls.");
  }
  const std::string said = connecting.last_line.empty() ? "" : " The server said: " + connecting.last_line;
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
      return schema::unavailable("certificate",
                                 "The certificate of " + where + " is not to be trusted: " + std::string(words) + ".");
    case CURLE_USE_SSL_FAILED:
      return schema::unavailable("no_starttls",
                                 where + " does not offer STARTTLS, and nothing is sent in clear." + said);
    case CURLE_ABORTED_BY_CALLBACK:
      return schema::unavailable("interrupted", "Interrupted.");
    case CURLE_OPERATION_TIMEDOUT:
      return schema::unavailable("timeout", where + " did not answer in time.");
    default:
      return schema::unavailable(
          "connection", "No connection to " + where + ": " +
                            (words.empty() ? std::string(curl_easy_strerror(code)) : std::string(words)) + "." + said);
  }
}

}  // namespace

Result<std::unique_ptr<Connection>> connect(const Endpoint& endpoint, const ConnectionTimes& times, Bell& bell) {
  start_curl();
  Easy easy(curl_easy_init());
  if (!easy) return schema::internal_error("connection", "libcurl cannot be used.");
  CURL* const handle = easy.get();

  const bool implicit = endpoint.tls == TlsMode::implicit;
  const std::string scheme =
      endpoint.protocol == MailProtocol::imap ? (implicit ? "imaps" : "imap") : (implicit ? "pop3s" : "pop3");
  const bool is_v6 = endpoint.host.find(':') != std::string::npos;
  const std::string url =
      scheme + "://" + (is_v6 ? "[" + endpoint.host + "]" : endpoint.host) + ":" + std::to_string(endpoint.port) + "/";
  Connecting connecting;
  connecting.bell = &bell;
  LoopbackGuard guard{endpoint.tls == TlsMode::none};
  std::array<char, CURL_ERROR_SIZE> words = {};

  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, scheme.c_str());
  // Without a user name libcurl stops after the greeting, its CAPABILITY (CAPA) and STARTTLS: logging in is ours.
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_USE_SSL, static_cast<long>(guard.only_loopback ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  // The system's authorities stay trusted: they are found in the directory (CURLOPT_CAPATH) that is not touched here.
  if (!endpoint.ca_file.empty()) curl_easy_setopt(handle, CURLOPT_CAINFO, endpoint.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(times.connect.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(times.connect.count()));
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, 120L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, 30L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, 64L * 1024);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, words.data());
  guard.install(handle);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, stop_when_rung);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &connecting);
  curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, listen_in);
  curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &connecting);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, swallow);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, swallow);

  const CURLcode code = curl_easy_perform(handle);
  // From here on nothing of this function may be pointed at.
  curl_easy_setopt(handle, CURLOPT_VERBOSE, 0L);
  curl_easy_setopt(handle, CURLOPT_DEBUGDATA, nullptr);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, nullptr);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, nullptr);
  if (code != CURLE_OK) return why(code, endpoint, connecting, guard.refused, words.data());
  curl_socket_t socket = CURL_SOCKET_BAD;
  if (curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &socket) != CURLE_OK || socket == CURL_SOCKET_BAD) {
    return schema::unavailable("connection", "The mail server closed the connection.");
  }
  return std::unique_ptr<Connection>(std::make_unique<TlsConnection>(std::move(easy), socket, bell));
}

}  // namespace ingest
