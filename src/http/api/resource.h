#pragma once
// Resource: the description of one kind of object in the v3 API. One table drives what is parsed,
// validated, filtered, ordered, searched, paged and shown, and what /schema/ says; validation and
// writing are those of core/objects, as for blueprints.
//
// Static data; the functions named in it are called on lanes. Source: reference, HTTP 1.1.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "core/model/model.h"
#include "core/ports/store.h"
#include "http/context.h"

namespace postern::http {

// What showing one answer needs more than once: the related objects, read once per answer.
class Showing {
 public:
  explicit Showing(const Context& the_context) : context(the_context) {}

  const Context& context;
  // Null: it is gone.
  const core::Object* related(std::string_view model, const core::Value& pk);
  // The same without its lists of other objects: a group without its members, who may be thousands.
  const core::Object* related_alone(std::string_view model, const core::Value& pk);
  const core::LoginRecord* login_record(core::UserId user);
  // All rows of a model, for those of which there are few (flows, stages, applications).
  const std::vector<core::Object>& all(std::string_view model);

 private:
  using Objects = std::map<std::string, std::optional<core::Object>, std::less<>>;
  const core::Object* find(Objects& read, std::string_view model, const core::Value& pk,
                           bool links);

  Objects objects_, alone_;
  std::map<core::UserId, core::LoginRecord> records_;
  std::map<std::string, std::vector<core::Object>, std::less<>> lists_;
};

struct ApiField {
  enum class Use : std::uint8_t {
    both,
    read,   // set by the server
    write,  // never shown
    // Known to the API, but nothing of this server's: shown as `constant`, and only that is taken.
    fixed,
  };
  std::string_view name;
  Use use = Use::both;
  std::string_view source = {};                                  // field of the model; "" = name
  core::Value (*show)(Showing&, const core::Object&) = nullptr;  // instead of the stored value
  bool required = false;
  std::string_view constant = {};  // of a fixed field, as JSON
  bool may_lack = false;           // left out where it would be null
};

struct ApiFilter {
  enum class Op : std::uint8_t {
    equal,       // may be repeated: any of them
    text_equal,  // without regard to case
    prefix,
    less,
    greater,
    is_null,       // true or false
    linked,        // may be repeated
    linked_named,  // the same by the natural name of the target
    contains,      // JSON text
  };
  std::string_view name;   // of the query parameter
  std::string_view field;  // of the model
  Op op = Op::equal;
};

struct Resource {
  enum class Address : std::uint8_t { integer, uuid, field };
  enum Method : unsigned {
    kList = 1,
    kCreate = 2,
    kRead = 4,
    kUpdate = 8,
    kDelete = 16,
    kAll = 31
  };
  enum class Rights : std::uint8_t {
    permitted,  // superusers, and others as their permissions say
    owner,      // also the user that `user` names, to its own
    everyone,   // everybody logged in may read
  };

  std::string_view path;   // "core/users"
  std::string_view model;  // "authentik_core.user"
  std::span<const ApiField> fields;
  std::span<const ApiFilter> filters = {};
  std::span<const std::string_view> search = {};  // fields of the model
  std::string_view order = {};                    // default, "" = key
  Address address = Address::uuid;
  std::string_view address_field = {};  // Address::field
  unsigned methods = kAll;
  Rights rights = Rights::permitted;
  // Of types in a family.
  std::string_view component = {}, verbose_name = {}, verbose_name_plural = {};

  // Rules of the API beyond those of the object; may change what is written. `stored` is null at
  // creation.
  std::optional<Response> (*check)(Context&, core::Object& attrs,
                                   const core::Object* stored) = nullptr;
  // What goes with the write, in its transaction.
  void (*along)(Context&, core::Transaction&, const core::Value& pk, const core::Object* stored,
                const core::Object& attrs, const core::Written& written) = nullptr;
  // What goes with a deletion, in its transaction, after it.
  void (*gone)(Context&, core::Transaction&, const core::Object& stored) = nullptr;
  // For who is no superuser and has the permission: what a write may still not do. `attrs` is null
  // at deletion.
  std::optional<Response> (*guard)(const Context&, const core::Object* attrs,
                                   const core::Object* stored) = nullptr;
  // What of the model is of this resource at all, and further filters. A Response ends it.
  std::optional<Response> (*narrow)(const Context&, core::ListQuery&) = nullptr;
  // Its changes leave no event.
  bool silent = false;
};

const core::Model& model_of(const Resource& resource) noexcept;
// Whether the asker may do this ("view", "add", "change", "delete") to objects of the resource, to
// all of them or to the one with this key.
bool may_act(const Context& context, const Resource& resource, std::string_view act);
bool may_act(const Context& context, const Resource& resource, std::string_view act,
             const core::Value& pk);

// Nothing of the kind is the asker's to see or do: said before anything is looked up, so that
// nobody learns what there is.
bool shut_out(const Context& context, const Resource& resource, std::string_view act);

core::Object show(const Resource& resource, Showing& showing, const core::Object& stored);
// The object that the path names, as far as the asker may see it.
std::optional<core::Object> find_addressed(const Context& context, const Resource& resource);

Response list_objects(Context& context, const Resource& resource);
Response create_object(Context& context, const Resource& resource);
Response read_object(Context& context, const Resource& resource);
Response update_object(Context& context, const Resource& resource);
Response delete_object(Context& context, const Resource& resource);

}  // namespace postern::http
