#pragma once
// The description that stages and policies share: they are listed, found and searched by name.
// Source: reference, HTTP 1.2.

#include "http/api/resource.h"

namespace postern::http {

inline constexpr ApiFilter kFoundByName[] = {{"name", "name"}};
inline constexpr std::string_view kSearchedByName[] = {"name"};

constexpr Resource named_resource(std::string_view path, std::string_view model,
                                  std::span<const ApiField> fields, std::string_view component,
                                  std::string_view name, std::string_view plural) {
  return {.path = path,
          .model = model,
          .fields = fields,
          .filters = kFoundByName,
          .search = kSearchedByName,
          .order = "name",
          .component = component,
          .verbose_name = name,
          .verbose_name_plural = plural};
}

}  // namespace postern::http
