// What cpp-httplib does by itself: one address that answers a fixed text, for tests/bench/throughput.py.
//   plain_httplib PORT BYTES
#include <httplib.h>

#include <cstdlib>
#include <string>

int main(int count, char** arguments) {
  if (count != 3) return 2;
  const std::string body(static_cast<std::size_t>(std::atoi(arguments[2])), 'x');
  httplib::Server server;
  server.Get("/healthz", [&](const httplib::Request&, httplib::Response& response) {
    response.set_content(body, "text/plain; charset=utf-8");
  });
  return server.listen("127.0.0.1", std::atoi(arguments[1])) ? 0 : 1;
}
