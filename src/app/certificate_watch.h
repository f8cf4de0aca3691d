#pragma once
// CertificateWatch: how long the certificates last that this server shows or believes: its own, the
// authorities of clients, and those in the database. It tells the log and the events (and by them
// the administrators), once each, when 30, 7 and 1 days are left and when one has ended.
// Thread: main's; first_end() any.

#include <atomic>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "app/config/config.h"
#include "core/ports/event_log.h"
#include "core/ports/store.h"
#include "core/time.h"

namespace postern::app {

struct CertificateEnd {
  std::string name;  // "tls.certificate /etc/postern/server.pem"
  core::WallMs ends = 0;
};

// Those that the configuration names; `own`: the file that is shown, also a generated one. A chain
// lasts as long as its shortest certificate, a list of authorities as long as its longest. What
// cannot be read is left out: loading it has its own errors.
std::vector<CertificateEnd> certificate_ends(const Config& config,
                                             const std::filesystem::path& own);
// Those in the database.
std::vector<CertificateEnd> certificate_ends(core::Store& store);

// "ended 2026-11-22T16:00:00Z" or "ends in 5 days, 2026-...". Nothing: more than 30 days are left.
std::optional<std::string> end_warning(const CertificateEnd& one, core::WallMs now);

class CertificateWatch {
 public:
  explicit CertificateWatch(core::EventLog& events) : events_(events) {}

  void look(const std::vector<CertificateEnd>& all, core::WallMs now);
  // Of the certificate that ends first, as of the last look; 0 = there is none.
  core::WallMs first_end() const noexcept { return first_end_; }

 private:
  struct Told {
    core::WallMs ends = 0;
    int steps = 0;  // of the thresholds passed, so many were told
  };

  core::EventLog& events_;
  std::map<std::string, Told> told_;
  std::atomic<core::WallMs> first_end_{0};
};

}  // namespace postern::app
