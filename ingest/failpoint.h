// Places where the tests make the program die, to prove that nothing is lost or doubled. Outside of builds for that
// (RUADAR_FAILPOINTS) they are nothing.
#pragma once

namespace ingest {

#ifdef RUADAR_FAILPOINTS
// RUADAR_FAILPOINT=NAME kills the process here, as if by kill -9; NAME:3 does so at the third time.
void failpoint(const char* name);
#else
inline void failpoint(const char*) {}
#endif

}  // namespace ingest
