package dev.ringway.bench;

import java.io.IOException;
import java.util.List;

/// One subject of study: it measures, and says how its results are to be read.
public interface Experiment {
    /// What the command line and the files call it: lower case, no blanks.
    String name();

    /// Its heading on the page.
    String title();

    /// What it answers, in one sentence.
    String question();

    /// How it measures, for the page: a few sentences in Markdown. What every experiment does alike is not repeated.
    String method();

    /// The columns of its tables; the first is the one that ratios are taken of.
    List<Metric> metrics();

    /// The subject that the ratios of a cell's table are taken against; empty: the table has none.
    String reference(String cell);

    /// What it has to show.
    List<Goal> goals();

    /// The pictures of it.
    List<Chart> charts();

    /// Measures everything, and adds what it finds. What cannot be measured here is added too, with the reason.
    ///
    /// @throws CannotRunException if the whole experiment is impossible on this machine
    /// @throws ServerFailedException if something that was measured did not do its work, or did it wrong
    void run(Settings settings, Results results)
            throws CannotRunException, ServerFailedException, IOException, InterruptedException;
}
