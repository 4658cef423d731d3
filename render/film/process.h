// A child process fed through its standard input: no shell, arguments as given.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace footprint::render {

// Full path of a program on PATH; empty when there is none. A name with a slash is taken as it is.
std::string find_program(const std::string& name);

// Runs a program to its end and returns what it printed, at most 1 MiB. Throws Error (failed) when
// it cannot be started or does not exit with 0.
std::string run_and_read(const std::vector<std::string>& arguments);

class FedProcess {
  public:
    // Starts the program; its standard output is dropped, the last 64 KiB of its standard error
    // kept. It runs in a process group of its own, so that Ctrl-C reaches only us and we decide.
    // Throws Error (failed) when it cannot be started.
    explicit FedProcess(const std::vector<std::string>& arguments);
    // Kills the child if it still runs.
    ~FedProcess();
    FedProcess(const FedProcess&) = delete;
    FedProcess& operator=(const FedProcess&) = delete;

    // Throws Error (failed) with the child's own words when it no longer reads, and Interrupted
    // after Ctrl-C.
    void write(std::span<const std::uint8_t> bytes);
    // Closes its input and waits. Throws Error (failed) when it did not exit with 0.
    void finish();

  private:
    [[noreturn]] void fail(const std::string& what);
    int wait();
    void kill_and_wait();

    std::string name_;
    pid_t pid_ = -1;
    int input_ = -1;
    int status_ = 0;
    std::string errors_;
    std::thread listener_;
};

}  // namespace footprint::render
