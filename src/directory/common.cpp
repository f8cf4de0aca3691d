#include "directory/common.h"

#include <array>
#include <initializer_list>

#include "protocols/ldap/schema.h"

namespace postern::directory {
namespace {

constexpr std::string_view kMaker = "cn=postern";

class CommonParts {
 public:
  CommonParts() {
    for (std::size_t i = 0; i < texts_.size(); ++i) {
      texts_[i] = make(static_cast<EntryKind>(i));
      views_[i] = RecordView(texts_[i]);
    }
  }
  const RecordView& of(EntryKind kind) const noexcept {
    return views_[static_cast<std::size_t>(kind)];
  }

 private:
  static std::string make(EntryKind kind) {
    RecordBuilder builder;
    builder.begin(kind, 0, false, {}, {});
    const auto set = [&builder](AttributeId id, std::initializer_list<std::string_view> values) {
      builder.add(id, ldap::attribute(id).name, {values.begin(), values.size()});
    };
    const Known& k = known();
    switch (kind) {
      case EntryKind::user:
        set(k.objectClass, {"top", "person", "organizationalPerson", "inetOrgPerson", "user",
                            "posixAccount", "goauthentik.io/ldap/user"});
        set(k.structuralObjectClass, {"inetOrgPerson"});
        break;
      case EntryKind::group:
        set(k.objectClass, {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
                            "goauthentik.io/ldap/group"});
        set(k.structuralObjectClass, {"groupOfNames"});
        break;
      case EntryKind::virtual_group:
        set(k.objectClass, {"top", "group", "groupOfUniqueNames", "groupOfNames", "posixGroup",
                            "goauthentik.io/ldap/group", "goauthentik.io/ldap/virtual-group"});
        set(k.structuralObjectClass, {"groupOfNames"});
        break;
      case EntryKind::domain:
      case EntryKind::container:
        return std::string(builder.finish());
    }
    set(k.creatorsName, {kMaker});
    set(k.modifiersName, {kMaker});
    set(k.subschemaSubentry, {"cn=subschema"});
    set(k.hasSubordinates, {"FALSE"});
    return std::string(builder.finish());
  }

  std::array<std::string, 5> texts_;
  std::array<RecordView, 5> views_;
};

}  // namespace

const RecordView& common_of(EntryKind kind) noexcept {
  static const CommonParts parts;
  return parts.of(kind);
}

}  // namespace postern::directory
