// The table of all events of the log.
#include "server/log.h"

namespace server {

const std::vector<LogEvent>& log_events() {
  static const std::vector<LogEvent> table = {
      {"started", "The server listens."},
      {"stopping", "A signal ends it; requests in hand have 20 seconds."},
      {"stopped", "All is committed and closed."},
      {"reloaded", "HUP: settings and certificate hold as they are in the files now."},
      {"not_reloaded", "HUP: the new settings are wrong; the old ones hold on."},
      {"needs_restart", "HUP: these settings were changed, and a restart is what makes them hold."},
      {"fetch_now", "USR1: every mailbox is looked at now."},
      {"report_stored", "A report was stored."},
      {"report_duplicate", "A report was there already (with --verbose)."},
      {"report_conflict", "A report contradicts one with the same identity; both are kept."},
      {"report_quarantined", "Something could not be read and is kept aside; code says why."},
      {"mail_ignored", "No aggregate report, by what it says itself (with --verbose)."},
      {"run_ended", "A pass over a mailbox that brought something, or a delivery by LMTP, and its totals."},
      {"mailbox_connected", "Logged in to a mailbox."},
      {"mailbox_waiting", "A mailbox cannot be reached; it is tried again by itself."},
      {"mailbox_refused", "A mailbox refuses the login; it is tried again when somebody asks for it."},
      {"mailbox_complaint", "Something went wrong at a mailbox that stops nothing, such as a move that was refused."},
      {"lmtp_later", "A mail could not be taken by LMTP now; its sender keeps it."},
      {"lmtp_not_started", "HUP: LMTP could not be started again."},
      {"disk_low", "Less is free than database.free_bytes asks for: nothing more is taken in."},
      {"disk_has_room", "There is room again, and mails are taken in."},
      {"disk_full", "A write found the disk full; nothing of it stays, and it is tried again later and later."},
      {"reserve_released", "The reserve was given back so that the log could be moved into the database."},
      {"disk_failed", "The disk could not be read or written: the program ends, the next start checks the database."},
      {"database_damaged", "The database is damaged: it is read, and not written any more."},
      {"pruned", "Old reports were given up."},
      {"retention_paused", "The clock jumped; old reports stay until somebody confirms the time."},
      {"http", "A request and its answer (server.access_log)."},
      {"http_refused", "A request that was refused before anybody understood it (server.access_log)."},
      {"http_handler_failed", "A mistake of ours: a request was answered 500."},
      {"http_response_failed", "A mistake of ours: an answer could not be written."},
      {"http_stream_failed", "A mistake of ours: a long answer broke off."},
      {"audit", "A login, or a decision: who did what, and from where."},
      {"audit_not_written", "An entry of the audit log could not be stored."},
      {"access_not_written", "When a session or token was last used could not be stored."},
      {"logout_failed", "A session could not be ended."},
  };
  return table;
}

}  // namespace server
