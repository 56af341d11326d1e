// How much a stranger's connection may make us do. Every limit of the HTTP front, in one place.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>

namespace server {

struct HttpLimits {
  // A request. Beyond: 431, 431, 414, 413.
  std::size_t head_bytes = 16 * 1024;
  std::size_t headers = 64;
  std::size_t target_bytes = 4096;
  std::size_t body_bytes = 1024 * 1024;
  std::size_t upload_bytes = 25 * 1024 * 1024;  // of a POST to `upload_path`
  std::string upload_path = "/api/v1/reports";  // with the base path, as it stands in the request line
  // Larger bodies are read when the handler has answered 100 to the head (Request::body_to_come): who may not send them
  // shall not fill our memory. 0: all are read, for handlers that ask nobody.
  std::size_t unasked_body_bytes = 0;

  std::string user_header;  // in which a trusted proxy names its user, lower case; kept besides those we know

  // Told the status of each request that is refused before anybody understands it; by the thread that waits for all.
  std::function<void(int status)> refused;
  bool log_refusals = false;  // a line in the log for each of them

  // All connections together. At a limit the connection that has kept us waiting longest for its request makes room;
  // where none waits, 503.
  std::size_t connections = 512;
  std::size_t connections_per_client = 64;  // a client is an IPv4 address or an IPv6 /64; loopback is not counted
  std::size_t received_bytes = 64 * 1024 * 1024;
  std::size_t unsent_bytes = 64 * 1024 * 1024;  // finished answers on their way out; one larger one is let through

  // Work.
  std::size_t workers = 8;
  std::size_t waiting_requests = 256;
  std::size_t streams = 6;  // answers too large to hold; each keeps a worker

  // Time. A slow client is answered 408 while we wait for it, and cut off while it waits for us.
  std::chrono::milliseconds head_deadline{10'000};
  std::chrono::milliseconds body_deadline{30'000};   // and a second for each `slowest_bytes_per_second` of the body
  std::chrono::milliseconds write_deadline{30'000};  // without any progress; long downloads may take long
  std::size_t slowest_bytes_per_second = 16 * 1024;  // of a body on its way in, and of a stream on its way out
  std::chrono::milliseconds linger{2'000};           // reading what a refused client still sends, so that it can
                                                     // read the refusal
  std::chrono::milliseconds drain{20'000};           // for requests in hand when the server stops
};

}  // namespace server
