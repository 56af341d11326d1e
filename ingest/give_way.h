// What reads and stores mails can wait a moment; whoever asks for a page waits for it.
#pragma once

namespace ingest {

// From now on this thread, and the threads and processes that it starts, leave the processor to others who want it. It
// costs nothing where nobody does.
void give_way();

}  // namespace ingest
