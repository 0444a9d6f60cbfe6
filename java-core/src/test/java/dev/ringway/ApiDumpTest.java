package dev.ringway;

import dev.ringway.testing.ApiDump;
import org.junit.jupiter.api.Test;

/// The API in git is the API in the class files.
class ApiDumpTest {
    @Test
    void javaApiIsTheOneInGit() {
        ApiDump.check("java-core", "dev.ringway", "api/ringway.api", element -> true);
    }
}
