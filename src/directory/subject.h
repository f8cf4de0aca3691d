#pragma once
// Subject: an entry at hand, to be judged by a filter or sent: a user or group as it is stored, the
// base entry or a container as the view has it, or a virtual group, which is put together from its
// user. Thread: the lease's.

#include <optional>
#include <string>

#include "directory/target.h"

namespace postern::directory {

class Sight;

struct Subject {
  EntryKind kind = EntryKind::domain;
  Container upper = Container::base;  // domain and containers
  EntryId id = 0;                     // users and groups; a virtual group's user
  RecordView record;
};

struct SubjectScratch {
  RecordBuilder builder;  // of a virtual group; good until the next one
  std::string uuid, rdn;
};

Subject upper_subject(const View& view, Container which);
// Whether the viewer sees anything below a container. Where most entries are hidden only the first
// few hundred are looked at; there may be more.
bool has_children(Lease& lease, const Sight& sight, Container which);
Subject virtual_subject(const View& view, EntryId user, const RecordView& record,
                        SubjectScratch& scratch);
// What a target names; nullopt = nothing that is there.
std::optional<Subject> load_subject(Lease& lease, const View& view, const Target& target,
                                    SubjectScratch& scratch);

}  // namespace postern::directory
