// The guarded HTTP front. cpp-httplib stays in http_server.cpp, and no byte that a stranger sends ever reaches its
// parsers: connections belong to http_poller.h, heads to http_head.h; the library accepts connections and writes
// responses.
#pragma once

#include <memory>

#include "schema/result.h"
#include "server/api/exchange.h"
#include "server/http_limits.h"
#include "server/socket.h"
#include "server/transport.h"

namespace server {

class HttpServer {
 public:
  // `handler` is called by several threads at once. What it throws is answered 500.
  // With a certificate, which outlives it, it speaks TLS alone.
  HttpServer(Handler handler, HttpLimits limits, const TlsCertificate* certificate = nullptr);
  ~HttpServer();  // cuts off what is in hand, unless stop() came first
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  // Begins to serve; once. Says where, which matters for port 0. Errors: those of listen_on().
  schema::Result<Endpoint> start(const Endpoint& endpoint);
  // Accepts nothing more, lets requests in hand end for at most limits.drain, then returns.
  void stop();
  // Threads that are at a request now.
  std::size_t busy() const;

 private:
  class Front;
  std::unique_ptr<Front> front_;
};

}  // namespace server
