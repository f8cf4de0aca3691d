#pragma once
// top: what the server did during the last interval, as a page of text: operations with their rate
// and latencies, connections and queues, the busiest clients and the most frequent kinds of filter
// (values left out). Without `once` the page begins with the sequence that clears a terminal, and
// the client asks again and again. Needs a running server. Thread: the command's.

#include <cstddef>

#include "app/commands/context.h"

namespace postern::app {

struct TopOptions {
  bool once = false;
  int seconds = 1;
  std::size_t rows = 8;
};
int show_top(CommandContext& context, const TopOptions& options);

}  // namespace postern::app
