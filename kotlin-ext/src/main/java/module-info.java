/// Suspend functions and flows over `dev.ringway`.
///
/// jspecify is required here too: without it in sight, a Kotlin lambda for a Java callback does not compile.
module dev.ringway.kotlin {
    requires static org.jspecify;
    requires transitive dev.ringway;
    requires transitive kotlin.stdlib;
    requires transitive kotlinx.coroutines.core;
    requires transitive kotlinx.io.core;
    requires transitive kotlinx.io.bytestring;

    exports dev.ringway.kotlin;
}
