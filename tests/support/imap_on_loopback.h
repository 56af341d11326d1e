// The server of fake_imap_server.h behind a socket.
#pragma once

#include <mutex>
#include <string>

#include "tests/support/fake_imap_server.h"
#include "tests/support/loopback_server.h"

namespace tests {

class ImapOnLoopback {
 public:
  // Whatever is looked at or changed is so under the lock that the conversation takes, too.
  template <typename Change>
  auto with(Change&& change) {
    const std::lock_guard lock(mutex_);
    return change(fake_);
  }
  int port() const { return server_.port(); }
  int connections() const { return server_.connections(); }

 private:
  void talk(const LoopbackServer::Client& client) {
    with([](auto& fake) { fake.begin(); });
    client.say("* OK ready\r\n");
    for (std::string bytes; !(bytes = client.hear()).empty();) {
      client.say(with([&](auto& fake) {
        fake.take(bytes);
        return fake.take_said(std::string::npos);
      }));
      if (with([](const auto& fake) { return fake.gone; })) return;
    }
  }

  std::mutex mutex_;
  FakeImapServer fake_;
  LoopbackServer server_{[this](const LoopbackServer::Client& client) { talk(client); }};
};

}  // namespace tests
