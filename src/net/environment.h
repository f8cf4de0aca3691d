#pragma once
// Environment: what all loops of a server share. Fixed before the first loop starts and outlives
// the last one; its parts are safe from any thread.

#include "net/limits.h"
#include "net/log.h"
#include "net/tls_context.h"

namespace postern::net {

class LanePool;

struct Environment {
  Limits limits;
  Log log;
  LanePool* lanes = nullptr;
  TlsSlot tls;

  void report(Level level, std::string_view event, std::string_view text) const {
    if (log) log(level, event, text);
  }
};

}  // namespace postern::net
