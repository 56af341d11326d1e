// The way of a request to us: whether it was meant for us, and who is at its other end. Pure.
#pragma once

#include <string>
#include <vector>

#include "schema/ip_address.h"
#include "server/api/exchange.h"

namespace server {

// Names by which this server may be called: any other in Host comes from a page that made its own name point here (DNS
// rebinding), and is refused 421.
struct OwnHosts {
  bool any = false;                // every name will do; for tests of something else
  bool loopback = true;            // we listen on loopback: names and addresses of this machine alone
  std::string address;             // the address we listen on
  std::vector<std::string> names;  // lower case, without port
};

// An address that is written as a number cannot be rebound: where we listen beyond loopback, each will do.
bool is_own_host(const Request& request, const OwnHosts& hosts);

// Browsers say from where a request comes; programs say nothing, and are no danger to their user.
bool is_cross_site(const Request& request, const OwnHosts& hosts);

// Reads what proxies say, and believes those of `trusted`: the client's address, and whether it uses TLS.
// X-Forwarded-For is read from its end, up to the first address that is no trusted proxy.
void take_forwarded(Request& request, const std::vector<schema::IpRange>& trusted);

}  // namespace server
