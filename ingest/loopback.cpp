#include "ingest/loopback.h"

#include <arpa/inet.h>
#include <curl/curl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstddef>
#include <cstring>

namespace ingest {
namespace {

bool is_loopback(const curl_sockaddr& address) {
  if (address.family == AF_INET) {
    sockaddr_in in4 = {};
    std::memcpy(&in4, &address.addr, sizeof(in4));
    return (ntohl(in4.sin_addr.s_addr) >> 24) == 127;
  }
  if (address.family == AF_INET6 && address.addrlen >= sizeof(sockaddr_in6)) {
    // curl_sockaddr ends in a plain sockaddr; behind it lies all of the address.
    sockaddr_in6 in6 = {};
    std::memcpy(&in6, reinterpret_cast<const char*>(&address) + offsetof(curl_sockaddr, addr), sizeof(in6));
    return IN6_IS_ADDR_LOOPBACK(&in6.sin6_addr) != 0;
  }
  return false;
}

curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* address) {
  auto& guard = *static_cast<LoopbackGuard*>(user);
  if (guard.only_loopback && !is_loopback(*address)) {
    guard.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

void start_curl() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(started);
}

void LoopbackGuard::install(void* easy_handle) {
  curl_easy_setopt(easy_handle, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy_handle, CURLOPT_OPENSOCKETDATA, this);
  // A proxy on this machine would carry it elsewhere.
  if (only_loopback) curl_easy_setopt(easy_handle, CURLOPT_NOPROXY, "*");
}

}  // namespace ingest
