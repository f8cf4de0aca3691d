#pragma once
// What the overview shows of the operations that were served: by kind how many, how many of them
// failed, and how long they took, counted from the start. Thread: any.

#include "core/model/model.h"
#include "core/operation_meter.h"

namespace postern::app {

// {"operations": [{name, count, failed, buckets}], "operation_bounds": [microseconds]}
core::Object operation_figures(const core::OperationMeter& meter);

}  // namespace postern::app
