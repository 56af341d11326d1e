#include "server/access/way.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace server {
namespace {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return result;
}

// "[::1]:8080" to "::1", "LocalHost:8080" to "localhost".
std::string host_name(std::string_view host) {
  if (!host.empty() && host.front() == '[') {
    const auto end = host.find(']');
    return end == std::string_view::npos ? std::string() : lower(host.substr(1, end - 1));
  }
  return lower(host.substr(0, host.find(':')));
}

bool is_own_name(std::string_view host, const OwnHosts& hosts) {
  const std::string name = host_name(host);
  if (name == "localhost" || name == "127.0.0.1" || name == "::1" || name == hosts.address) return true;
  if (std::find(hosts.names.begin(), hosts.names.end(), name) != hosts.names.end()) return true;
  return !hosts.loopback && schema::IpAddress::parse(name).has_value();
}

bool is_trusted(const schema::IpAddress& address, const std::vector<schema::IpRange>& trusted) {
  return std::any_of(trusted.begin(), trusted.end(),
                     [&](const auto& range) { return range.first <= address && address <= range.last; });
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Cuts the last element off a list.
std::string_view take_last(std::string_view& list) {
  const auto comma = list.rfind(',');
  const auto begin = comma == std::string_view::npos ? 0 : comma + 1;
  const auto last = trimmed(list.substr(begin));
  list = list.substr(0, comma == std::string_view::npos ? 0 : comma);
  return last;
}

}  // namespace

bool is_own_host(const Request& request, const OwnHosts& hosts) {
  const auto host = request.header("host");
  return hosts.any || !host || is_own_name(*host, hosts);  // without: HTTP/1.0, no browser
}

bool is_cross_site(const Request& request, const OwnHosts& hosts) {
  const auto site = request.header("sec-fetch-site");
  if (site && *site != "same-origin" && *site != "none") return true;
  const auto origin = request.header("origin");
  if (!origin) return false;
  const auto host = request.header("host");
  if (host && (*origin == "http://" + *host || *origin == "https://" + *host)) return false;
  // A proxy may call us by another name than the browser calls it.
  if (origin->rfind("https://", 0) != 0) return true;
  const auto name = host_name(std::string_view(*origin).substr(8));
  return std::find(hosts.names.begin(), hosts.names.end(), name) == hosts.names.end();
}

void take_forwarded(Request& request, const std::vector<schema::IpRange>& trusted) {
  constexpr std::array<std::string_view, 5> signs{"forwarded", "via", "x-forwarded-for", "x-forwarded-proto",
                                                  "x-real-ip"};
  request.forwarded =
      std::any_of(signs.begin(), signs.end(), [&](auto name) { return request.header(name).has_value(); });
  auto address = schema::IpAddress::parse(request.remote_ip);
  request.by_trusted_proxy = address && is_trusted(*address, trusted);
  if (!request.by_trusted_proxy) return;
  const auto forwarded_for = request.header("x-forwarded-for").value_or("");
  std::string_view rest = forwarded_for;
  while (address && is_trusted(*address, trusted) && !rest.empty()) {
    address = schema::IpAddress::parse(take_last(rest));
    if (address) request.remote_ip = address->to_string();
  }
  if (const auto scheme = request.header("x-forwarded-proto")) {
    std::string_view list = *scheme;
    request.secure = lower(take_last(list)) == "https";
  }
}

}  // namespace server
