#pragma once
// The section `attributes`: types of custom attributes of users and groups, by name. Names are
// those of RFC 4512 1.4, not used by the schema. Thread: one.

#include <vector>

#include "app/config/map_reader.h"
#include "directory/attributes.h"

namespace postern::app {

void read_attribute_types(const YamlNode& node, std::vector<directory::CustomType>& out,
                          ConfigContext& context);

}  // namespace postern::app
