# One place for what every target of the house shares: language, warnings, sanitizers, tools.
include(GNUInstallDirs)

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG")

find_program(FOOTPRINT_CCACHE ccache)
if(FOOTPRINT_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER "${FOOTPRINT_CCACHE}")
endif()

find_program(FOOTPRINT_MOLD mold)
if(FOOTPRINT_MOLD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    add_link_options(-fuse-ld=mold)
endif()

# Warnings are errors, and equal inputs give equal bytes: no contraction, no fast-math.
function(footprint_configure target)
    target_include_directories(${target} PUBLIC "${PROJECT_SOURCE_DIR}")
    target_compile_options(${target} PRIVATE
        -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
        -Wold-style-cast -Woverloaded-virtual -Werror
        # g++ 12 reports overlapping copies inside std::string that cannot happen (GCC bug 105329).
        -Wno-restrict
        -ffp-contract=off)
    if(FOOTPRINT_SANITIZE)
        target_compile_options(${target} PRIVATE
            -fsanitize=${FOOTPRINT_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all
            # The sanitizers' own instrumentation confuses g++ 12's flow analysis here.
            -Wno-maybe-uninitialized)
        target_link_options(${target} PRIVATE -fsanitize=${FOOTPRINT_SANITIZE})
    endif()
    if(FOOTPRINT_COVERAGE)
        target_compile_options(${target} PRIVATE --coverage)
        target_link_options(${target} PRIVATE --coverage)
    endif()
endfunction()

# United, the files of a room are compiled by the dozen: most of a file's time goes into the same
# headers, and a build from nothing takes a third. One by one they show a missing include and build
# faster after a change, so `dev` does that. The names in a room's anonymous namespaces differ.
option(FOOTPRINT_UNITY "Compile the files of a room together" OFF)
set(FOOTPRINT_UNITY_BATCH 12)

# footprint_library(NAME SOURCES a.cpp ... DEPENDS lib ... PRIVATE_DEPENDS lib ...)
function(footprint_library name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
    add_library(${name} STATIC ${ARG_SOURCES})
    footprint_configure(${name})
    set_target_properties(${name} PROPERTIES UNITY_BUILD ${FOOTPRINT_UNITY}
        UNITY_BUILD_BATCH_SIZE ${FOOTPRINT_UNITY_BATCH})
    if(FOOTPRINT_UNITY)
        # An anonymous namespace of a united file is in no header; g++ cannot know.
        target_compile_options(${name} PRIVATE -Wno-subobject-linkage)
    endif()
    target_link_libraries(${name} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_PRIVATE_DEPENDS})
endfunction()

# What the sanitizers build: the tests that call the rooms, not those that start the program.
add_custom_target(room_tests)
set(FOOTPRINT_ROOM_LABELS unit property input)

# footprint_test(NAME SOURCES a_test.cpp ... DEPENDS lib ... LABELS unit|property|input|cli|slow)
# Tests find the shipped facts and their fixtures by FOOTPRINT_SOURCE_DIR.
function(footprint_test name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS;LABELS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    footprint_configure(${name})
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
    target_compile_definitions(${name} PRIVATE
        FOOTPRINT_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
        FOOTPRINT_PROGRAM="${CMAKE_RUNTIME_OUTPUT_DIRECTORY}/footprint")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
    if(NOT ARG_LABELS)
        set(ARG_LABELS unit)
    endif()
    add_test(NAME ${name} COMMAND ${name})
    foreach(label IN LISTS ARG_LABELS)
        if(label IN_LIST FOOTPRINT_ROOM_LABELS)
            add_dependencies(room_tests ${name})
        endif()
    endforeach()
    if(FOOTPRINT_SANITIZE)
        set_tests_properties(${name} PROPERTIES ENVIRONMENT
            "LSAN_OPTIONS=suppressions=${PROJECT_SOURCE_DIR}/tests/support/lsan.supp:print_suppressions=0")
    endif()
    set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT 300)
endfunction()

# footprint_bench(NAME SOURCES ... DEPENDS ...)
function(footprint_bench name)
    cmake_parse_arguments(ARG "" "" "SOURCES;DEPENDS" ${ARGN})
    add_executable(${name} ${ARG_SOURCES})
    footprint_configure(${name})
    target_link_libraries(${name} PRIVATE ${ARG_DEPENDS} benchmark::benchmark_main)
    target_compile_definitions(${name} PRIVATE FOOTPRINT_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bench")
endfunction()
