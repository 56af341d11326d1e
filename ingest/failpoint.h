// Places where the tests make the program die, to prove that nothing is lost or doubled.
#pragma once

namespace ingest {

// In builds for that (the CMake option RUADAR_FAILPOINTS) the environment variable RUADAR_FAILPOINT=NAME kills the
// process here, as if by kill -9; NAME:3 does so at the third time. In all others this is nothing.
void failpoint(const char* name);

}  // namespace ingest
