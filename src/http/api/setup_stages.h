#pragma once
// stages/*: those by which people set up devices, and those of enrolment and recovery; invitations.
// Thread: static data.

#include <vector>

#include "http/api/family.h"

namespace postern::http {

std::vector<FamilyMember> setup_stage_members();
void add_setup_stages(Router& router);

}  // namespace postern::http
