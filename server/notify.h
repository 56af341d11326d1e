// What the service manager is told (sd_notify(3)): a datagram to the socket that NOTIFY_SOCKET names. Without one,
// which is everywhere but in a unit of Type=notify, nothing happens.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace server {

// "READY=1", "STATUS=...", "WATCHDOG=1", "STOPPING=1"; several are divided by newlines. Returns whether somebody
// listens.
bool notify(std::string_view state);

// "RELOADING=1" with the time that systemd wants beside it.
void notify_reloading();

// Half of the time after which the service manager takes us for dead; none: it does not watch.
std::optional<std::chrono::milliseconds> watchdog_interval();

}  // namespace server
