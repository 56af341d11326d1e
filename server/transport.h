// The bytes of a connection, with TLS or without: what the poller and, while they stream, the workers read and write.
// Never waits. OpenSSL stays in transport.cpp.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <string>

#include "schema/result.h"
#include "server/socket.h"

namespace server {

class Transport {
 public:
  virtual ~Transport() = default;

  // How many bytes were moved; `blocked`: come again when poll() says that `waits_for` has come; `over`: the connection
  // has ended or is broken.
  static constexpr ssize_t blocked = -1;
  static constexpr ssize_t over = -2;
  virtual ssize_t receive(char* to, std::size_t size) = 0;
  virtual ssize_t send(const char* bytes, std::size_t size) = 0;
  // What poll() is to look for before the call that was blocked is made again, as its bits.
  virtual short waits_for() const = 0;
  // No more is sent; the other end learns of it.
  virtual void finish() = 0;
};

std::unique_ptr<Transport> plain_transport(int socket);

// TLS as a client, without asking who answers: for questions to this machine.
std::unique_ptr<Transport> unverified_client_transport(int socket);

// A certificate with its key, out of PEM files; may be exchanged while connections go on.
class TlsCertificate {
 public:
  TlsCertificate();
  ~TlsCertificate();
  TlsCertificate(const TlsCertificate&) = delete;
  TlsCertificate& operator=(const TlsCertificate&) = delete;

  // Error unavailable configuration: a file cannot be read, or the two do not belong together; what was there before
  // stays.
  schema::Status load(const std::string& certificate_file, const std::string& key_file);
  // TLS 1.2 or later over a connection that was just accepted.
  std::unique_ptr<Transport> transport(int socket) const;

 private:
  class Context;
  std::unique_ptr<Context> context_;
};

}  // namespace server
