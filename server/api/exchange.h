// One HTTP exchange without any HTTP library: what an API function takes and gives.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "server/access/principal.h"

namespace server {

struct Request {
  std::string method;  // "GET"
  std::string path;    // percent-decoded, without base path and query: "/api/v1/summary"
  std::vector<std::pair<std::string, std::string>> query;  // percent-decoded, in order, repeated keys kept
  std::map<std::string, std::string> headers;              // names in lower case
  std::string body;
  std::string remote_ip;          // of the client, also behind a trusted proxy
  bool secure = false;            // TLS all the way to the client, as far as we know
  bool forwarded = false;         // some proxy brought it
  bool by_trusted_proxy = false;  // one of server.trusted_proxies did
  Principal principal;            // who asks; nobody until somebody has looked
  // The body is large and still to come: the answer is what will be said without reading it, or 100, and then the
  // request is asked again with its body.
  bool body_to_come = false;
  // What whoever guards us wants said in the answer: how many requests are left.
  std::vector<std::pair<std::string, std::string>> answer_headers = {};

  // First value of a query parameter or header.
  std::optional<std::string> query_value(std::string_view name) const;
  std::optional<std::string> header(std::string_view name) const;
};

// Takes the next bytes of a body; false: the client is gone, stop.
using BodySink = std::function<bool(std::string_view)>;

struct Response {
  int status = 200;
  std::string_view route = {};  // the pattern of the table of routes that answered; for counting
  std::vector<std::pair<std::string, std::string>> headers;  // Content-Type among them; Content-Length is the server's
  std::string body;
  // A body too large to hold: called once, writes all of it. Excludes `body`. false: it broke off, and the client must
  // be able to see that (the connection ends without the last chunk).
  std::function<bool(const BodySink&)> stream;
};

using Handler = std::function<Response(const Request&)>;

}  // namespace server
