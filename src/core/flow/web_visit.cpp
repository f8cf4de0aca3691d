#include "core/flow/web_visit.h"

namespace postern::core {

Outcome<Written> write_object(const WebTools& tools,
                              const std::function<Outcome<Written>(Transaction&, Objects&)>& work) {
  const auto transaction = tools.store.begin();
  Objects objects(*transaction, tools.objects);
  auto written = work(*transaction, objects);
  if (!written) return written;
  const std::int64_t change = transaction->commit();
  if (change > 0) tools.visible(change);
  return written;
}

}  // namespace postern::core
