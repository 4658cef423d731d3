// Layers of a session, written.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "cli/command.h"
#include "cli/layers/layer.h"
#include "geo/io/vector_output.h"

namespace footprint::cli {

// What layers may ask of a session.
class SessionFacts final : public LayerFacts {
  public:
    explicit SessionFacts(Session& session) : session_(&session) {}
    const std::filesystem::path& datasets() override { return session_->datasets(); }
    const geo::Catalog& catalog() override { return session_->catalog(); }
    const sim::Timeline& timeline() override { return session_->timeline(); }
    const geo::Atlas& tables() override { return session_->tables(); }
    const geo::Atlas& atlas() override { return session_->atlas(); }

  private:
    Session* session_;
};

geo::Schema layer_schema(Session& session, const Layer& layer);

// One file of the given layers, each with the features of every request in turn. Several layers
// need a GeoPackage. Complete, or not there at all.
void write_layers(Session& session, const std::vector<const Layer*>& layers,
                  std::span<const LayerRequest> requests, const std::filesystem::path& target,
                  geo::VectorFormat format, const geo::VectorOutputOptions& options);

}  // namespace footprint::cli
