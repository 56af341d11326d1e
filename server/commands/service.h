// What stands behind the listener, made from one state of the settings: who may ask, the API and its pages, the
// mailboxes that are watched, LMTP. When the settings are read again, another one takes its place.
#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "ingest/lmtp_server.h"
#include "schema/readers.h"
#include "server/access/access.h"
#include "server/api/answer_cache.h"
#include "server/api/context.h"
#include "server/api/heavy_gate.h"
#include "server/api/monitor.h"
#include "server/commands/mailboxes.h"
#include "server/commands/retention.h"
#include "server/commands/storage.h"
#include "server/commands/upkeep.h"
#include "server/settings.h"
#include "server/socket.h"

namespace server {

class Service {
 public:
  // `readers`, `storage` and `metrics` outlive it. watch: fetch from the mailboxes, from start() on.
  Service(Settings settings, const Endpoint& wanted, schema::Readers& readers, Storage& storage, Metrics& metrics,
          bool watch);
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  ~Service() { stop(); }

  const Settings& settings() const { return settings_; }
  Response answer(const Request& request) const { return site_(request); }
  // At metrics.listen: /metrics, /healthz and /readyz.
  Response answer_monitoring(const Request& request) const { return monitoring_site_(request); }

  // Begins to take mails. Errors: those of start_lmtp().
  schema::Status start();
  // What is being stored is stored first.
  void stop();
  // Looks at all mailboxes now; how many there are.
  std::size_t fetch_now();
  // "main: watching, 98211 reports", for the service manager.
  std::string status() const;

 private:
  const Settings settings_;
  schema::Readers& readers_;
  Storage& storage_;
  Metrics& metrics_;
  Retention retention_;
  Upkeep upkeep_;
  Access access_;
  Monitor monitor_;
  AnswerCache answers_{16 << 20};
  HeavyGate heavy_;
  ApiContext context_;
  std::optional<WatchedMailboxes> mailboxes_;
  std::unique_ptr<ingest::LmtpServer> lmtp_;
  Handler site_, monitoring_site_;
};

// The service of now, for requests that come while it is exchanged.
class CurrentService {
 public:
  explicit CurrentService(std::shared_ptr<Service> service) : service_(std::move(service)) {}

  std::shared_ptr<Service> get() const;
  void exchange(std::shared_ptr<Service> service);
  // A request that was begun is answered to its end by the service that began it.
  Response answer(const Request& request) const;
  Response answer_monitoring(const Request& request) const { return get()->answer_monitoring(request); }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<Service> service_;
};

}  // namespace server
