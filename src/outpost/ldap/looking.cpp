#include "outpost/ldap/looking.h"

namespace postern::outpost {
namespace {

ldap::Sees sees_of(core::Sees sees) noexcept {
  switch (sees) {
    case core::Sees::everything:
      return ldap::Sees::everything;
    case core::Sees::members:
      return ldap::Sees::members;
    case core::Sees::own_groups:
      return ldap::Sees::own_groups;
    case core::Sees::self:
      return ldap::Sees::self;
    case core::Sees::nothing:
      break;
  }
  return ldap::Sees::nothing;
}

}  // namespace

ldap::Viewer viewer_of(core::ProviderId provider, core::UserId user,
                       const core::SearchRight& right) noexcept {
  return {.provider = provider,
          .user = user,
          .sees = sees_of(right.sees),
          .with_members = right.with_members,
          .groups = right.groups.get(),
          .attributes = right.attributes.get()};
}

Looking look(Conversation& conversation, core::ProviderId provider) {
  if (const core::Grant* grant = conversation.grant()) {
    if (grant->provider != provider) return {.code = ldap::ResultCode::noSuchObject, .viewer = {}};
    return {.code = ldap::ResultCode::success,
            .viewer = viewer_of(provider, grant->user, grant->search)};
  }
  const NamingContext* context = conversation.naming().find(provider);
  if (context == nullptr || context->anonymous.sees == core::Sees::nothing) {
    return {.code = ldap::ResultCode::insufficientAccessRights, .viewer = {}};
  }
  return {.code = ldap::ResultCode::success, .viewer = viewer_of(provider, 0, context->anonymous)};
}

}  // namespace postern::outpost
