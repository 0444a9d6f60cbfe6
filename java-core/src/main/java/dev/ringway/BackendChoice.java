package dev.ringway;

import java.util.Objects;

/// Which backend a ring uses, and why that one.
///
/// @param kind   the backend
/// @param reason one sentence for people: what was asked for, what was tried, why it was taken or passed over
public record BackendChoice(Backend kind, String reason) {
    /// A choice with its reason; neither is null.
    public BackendChoice {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
    }

    /// The backend's name and the reason, in one line.
    @Override
    public String toString() {
        return kind + " (" + reason + ")";
    }
}
