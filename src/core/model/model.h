#pragma once
// Model: the description of one kind of stored object, in authentik's names. One description drives
// validation, defaults, storage, blueprints, commands and the change feed; nothing is written
// twice.
//
// An Object is a JSON object that holds the stored fields of one row under their v3 API names, plus
// "pk". References hold the pk of their target (integer or uuid text); Type::references holds an
// array of pks. Times are RFC 3339 text at the borders and int64 milliseconds (WallMs) in an
// Object.
//
// Static data; thread-safe.

#include <boost/json/object.hpp>

#include <cstdint>
#include <span>
#include <string_view>

namespace postern::core {

using Object = boost::json::object;
using Value = boost::json::value;

enum class Type : std::uint8_t {
  text,     // string
  slug,     // string of [a-zA-Z0-9_-]
  integer,  // int64
  boolean,
  json,  // any object
  uuid,
  time,        // WallMs or null
  duration,    // "hours=1;minutes=2;seconds=3"
  choice,      // one of `choices`
  choices,     // array, each one of `choices`
  texts,       // array of strings
  integers,    // array of int64
  reference,   // pk of an object of model `target` (or of a family), or null
  references,  // array of pks, kept in the link table `link`
};

// Where a field lives. `virtual_` fields are accepted in attrs, consumed by the model's hook (for
// example `password`), and never read back.
enum class Home : std::uint8_t { column, settings, link, virtual_ };

enum Flag : std::uint32_t {
  kRequired = 1,  // must be given at creation
  kUnique = 2,    // at most one object with this value (folded for users.username)
  kNullable = 4,
  kReadOnly = 8,  // set by the server, refused in attrs
  kSecret = 16,   // stored, never shown (hashes, sealed blobs)
  kSilent = 32,   // a change of it alone neither feeds the Directory nor counts as a change
};

struct Link {  // many-to-many table: table(own_column, other_column)
  std::string_view table, own, other;
};

struct Field {
  std::string_view name;
  Type type = Type::text;
  Home home = Home::column;
  std::uint32_t flags = 0;
  std::string_view fallback;  // default as JSON text; "" = null / empty by type
  std::span<const std::string_view> choices;
  std::string_view target;  // model or family of a reference
  Link link{};
};

enum class Key : std::uint8_t { integer, uuid };

// What a change of such an object means to the Directory.
enum class Feed : std::uint8_t {
  user,    // re-project the user itself
  group,   // re-project the group, its members and descendants where they depend on it
  owner,   // re-project the user named by `owner`
  config,  // part of the Catalog
  none,
};

struct Model {
  std::string_view name;  // "authentik_core.user"
  std::string_view
      family;  // models that share a table and key space ("stage", "provider", "policy"), else ""
  std::string_view table;
  Key key = Key::uuid;
  std::string_view key_column;  // "pk" but for groups, see models.cpp
  Feed feed = Feed::none;
  std::string_view
      owner;  // field that names the user whose credential generation grows with a change
  std::span<const Field> fields;
  std::span<const std::string_view>
      natural;  // fields by which people name it: username, slug, name

  const Field* field(std::string_view field_name) const noexcept;
};

// All models, and lookup by exact name. nullptr = unknown.
std::span<const Model* const> models() noexcept;
const Model* find_model(std::string_view name) noexcept;

// The three that nearly every room asks for.
const Model& user_model() noexcept;
const Model& group_model() noexcept;
const Model& token_model() noexcept;

}  // namespace postern::core
