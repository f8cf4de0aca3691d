#pragma once
// Projections: the rows of which the Directory is made, read by merging ordered cursors, each over
// one table, so that reading one user and reading all of them is the same code and the same cost
// per row.
//
// A user's or group's row is followed by those that hang on it (tokens, devices, memberships); all
// cursors are ordered by the owner's key, and advance together. Verifiers and sealed keys leave the
// Store as octets: a token or code whose verifier is damaged is left out, a device whose key is
// damaged stays, without a key, so that damage never removes a second factor.
//
// The connection has to be in a transaction (one snapshot). Errors: StoreError.

#include <functional>
#include <optional>

#include "core/model/projection.h"
#include "store/database.h"

namespace postern::store {

std::optional<core::StoredUser> load_user(Connection& connection, core::UserId pk);
std::optional<core::StoredGroup> load_group(Connection& connection, core::GroupNumber num_pk);
void scan_users(Connection& connection, const std::function<void(const core::StoredUser&)>& use);
void scan_groups(Connection& connection, const std::function<void(const core::StoredGroup&)>& use);
core::StoredConfig load_config(Connection& connection);

// Hexadecimal text to octets; "" when it is not that.
std::string octets_of_hex(std::string_view hex);

}  // namespace postern::store
