#pragma once
// The steps of a write, for requests that write several objects at once. Thread: one request's.

#include "http/api/resource.h"

namespace postern::http {

// A body under the model's names. Unknown and read-only members are left out, as authentik does.
std::optional<Response> attrs_of(const Resource& resource, const core::Object& body, bool whole,
                                 core::Object& attrs);
// The core names fields of the model; a person named those of the API.
Response refusal_of(const Resource& resource, core::Error error, const core::Object& attrs);
void record_change(const Context& context, std::string_view action, const core::Model& model,
                   const core::Value& pk, std::string_view name, const core::Object& changes);
// What the rights leave to do: nothing, or the refusal.
std::optional<Response> refuse(const Context& context, const Resource& resource,
                               std::string_view act, const core::Object* attrs,
                               const core::Object* stored);

}  // namespace postern::http
