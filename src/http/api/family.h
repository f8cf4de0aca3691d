#pragma once
// Family: resources that share a key space and are listed together: providers/all, stages/all,
// policies/all, with their types. Each object is shown with the few fields that all of them have.
// Thread: static data.

#include <span>

#include "http/api/resource.h"
#include "http/router.h"

namespace postern::http {

struct FamilyMember {
  const Resource* resource = nullptr;
  std::string_view description;
};

struct Family {
  std::string_view path;  // "stages/all"
  Resource::Address address = Resource::Address::uuid;
  std::span<const ApiField> fields;
  std::span<const FamilyMember> members;
};

const Family& provider_family() noexcept;
const Family& stage_family() noexcept;
const Family& policy_family() noexcept;

// The object of that key with the fields of the family; null when nobody has it.
core::Value show_member(const Family& family, Showing& showing, const core::Value& pk);

// Who has that key; nothing: nobody.
struct FoundMember {
  const FamilyMember* member = nullptr;
  core::Object stored;
};
std::optional<FoundMember> find_member(const Family& family, const Context& context,
                                       const core::Value& pk);

// List, types, read, delete and used_by.
void add_family(Router& router, const Family& family);

}  // namespace postern::http
