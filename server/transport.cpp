#include "server/transport.h"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <mutex>

namespace server {
namespace {

class PlainTransport : public Transport {
 public:
  explicit PlainTransport(int socket) : socket_(socket) {}

  ssize_t receive(char* to, std::size_t size) override {
    const ssize_t count = ::recv(socket_, to, size, MSG_DONTWAIT);
    waits_for_ = POLLIN;
    return count == 0 ? over : moved(count);
  }
  ssize_t send(const char* bytes, std::size_t size) override {
    waits_for_ = POLLOUT;
    return moved(::send(socket_, bytes, size, MSG_NOSIGNAL | MSG_DONTWAIT));
  }
  short waits_for() const override { return waits_for_; }
  void finish() override { ::shutdown(socket_, SHUT_WR); }

 private:
  static ssize_t moved(ssize_t count) {
    if (count >= 0) return count;
    return errno == EAGAIN || errno == EINTR ? blocked : over;
  }

  const int socket_;
  short waits_for_ = POLLIN;
};

class TlsTransport : public Transport {
 public:
  TlsTransport(SSL* ssl, int socket, bool client = false) : ssl_(ssl), socket_(socket) {
    if (ssl_ == nullptr || SSL_set_fd(ssl_, socket) != 1) return;
    // The handshake happens with the first bytes.
    client ? SSL_set_connect_state(ssl_) : SSL_set_accept_state(ssl_);
    usable_ = true;
  }
  TlsTransport(const TlsTransport&) = delete;
  TlsTransport& operator=(const TlsTransport&) = delete;
  ~TlsTransport() override { SSL_free(ssl_); }

  ssize_t receive(char* to, std::size_t size) override {
    if (!usable_) return over;
    ERR_clear_error();
    return moved(SSL_read(ssl_, to, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
  }
  ssize_t send(const char* bytes, std::size_t size) override {
    if (size == 0) return 0;
    if (!usable_) return over;
    ERR_clear_error();
    return moved(SSL_write(ssl_, bytes, static_cast<int>(std::min<std::size_t>(size, INT_MAX))));
  }
  short waits_for() const override { return waits_for_; }
  void finish() override {
    ERR_clear_error();
    if (usable_ && SSL_is_init_finished(ssl_)) SSL_shutdown(ssl_);
    ::shutdown(socket_, SHUT_WR);
  }

 private:
  ssize_t moved(int count) {
    if (count > 0) return count;
    switch (SSL_get_error(ssl_, count)) {
      case SSL_ERROR_WANT_READ:
        waits_for_ = POLLIN;
        return blocked;
      case SSL_ERROR_WANT_WRITE:
        waits_for_ = POLLOUT;
        return blocked;
      default:
        usable_ = false;  // after an error of the protocol nothing may be asked of it
        return over;
    }
  }

  SSL* const ssl_;
  const int socket_;
  bool usable_ = false;
  short waits_for_ = POLLIN;
};

schema::Status cannot_load(const std::string& file) {
  std::array<char, 256> words{};
  const auto code = ERR_peek_last_error();
  ERR_error_string_n(code, words.data(), words.size());
  const char* reason = ERR_reason_error_string(code);
  return schema::unavailable("configuration", fmt::format("{}: {}", file, reason != nullptr ? reason : words.data()));
}

using SharedContext = std::shared_ptr<SSL_CTX>;

}  // namespace

std::unique_ptr<Transport> plain_transport(int socket) {
  return std::make_unique<PlainTransport>(socket);
}

std::unique_ptr<Transport> unverified_client_transport(int socket) {
  const SharedContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  return std::make_unique<TlsTransport>(context ? SSL_new(context.get()) : nullptr, socket, true);
}

class TlsCertificate::Context {
 public:
  SharedContext get() const {
    const std::lock_guard lock(mutex_);
    return current_;
  }
  void set(SharedContext next) {
    const std::lock_guard lock(mutex_);
    current_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  SharedContext current_;
};

TlsCertificate::TlsCertificate() : context_(std::make_unique<Context>()) {
  ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to connections that may be gone, and cannot say so otherwise
}
TlsCertificate::~TlsCertificate() = default;

schema::Status TlsCertificate::load(const std::string& certificate_file, const std::string& key_file) {
  ERR_clear_error();
  const SharedContext next(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!next) return schema::unavailable("configuration", "TLS cannot be set up");
  SSL_CTX_set_min_proto_version(next.get(), TLS1_2_VERSION);
  // A client cannot ask for the same work again and again, nor make us compress secrets.
  SSL_CTX_set_options(next.get(), SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(next.get(),
                   SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_RELEASE_BUFFERS);
  // A key with a passphrase is an error, no question on the terminal.
  SSL_CTX_set_default_passwd_cb(next.get(), [](char*, int, int, void*) { return 0; });
  SSL_CTX_set_session_cache_mode(next.get(), SSL_SESS_CACHE_OFF);
  if (SSL_CTX_set_cipher_list(next.get(), "ECDHE+AESGCM:ECDHE+CHACHA20") != 1) return cannot_load("ciphers");
  if (SSL_CTX_use_certificate_chain_file(next.get(), certificate_file.c_str()) != 1)
    return cannot_load(certificate_file);
  if (SSL_CTX_use_PrivateKey_file(next.get(), key_file.c_str(), SSL_FILETYPE_PEM) != 1) return cannot_load(key_file);
  if (SSL_CTX_check_private_key(next.get()) != 1) return cannot_load(key_file);
  context_->set(next);
  return {};
}

std::unique_ptr<Transport> TlsCertificate::transport(int socket) const {
  const SharedContext context = context_->get();
  return std::make_unique<TlsTransport>(SSL_new(context.get()), socket);
}

}  // namespace server
