package dev.ringway;

import dev.ringway.testing.Cap;
import dev.ringway.testing.Row;
import dev.ringway.testing.WrittenSection;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/// `docs/backends.md` says in what the rows of tests differ, as the tests know it.
///
/// `-Dbackends.write=true` writes the table there anew.
class BackendsPageTest {
    @Test
    void thePageHasTheFactsOfEveryRow() throws IOException {
        StringBuilder table = new StringBuilder("| |");
        StringBuilder rule = new StringBuilder("|---|");
        for (Row row : Row.values()) {
            table.append(" ").append(row).append(" |");
            rule.append("---|");
        }
        table.append('\n').append(rule).append('\n');
        for (Cap fact : Cap.values()) {
            table.append("| ").append(fact.sentence()).append(" |");
            for (Row row : Row.values()) {
                table.append(row.caps().has(fact) ? " yes |" : " no |");
            }
            table.append('\n');
        }
        WrittenSection.require("docs/backends.md", BackendsPageTest.class, "backends.write", table.toString());
    }
}
