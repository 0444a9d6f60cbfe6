package dev.ringway.bench;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.geom.Rectangle2D;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.SequencedSet;
import java.util.function.ToDoubleFunction;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGraphics2D;
import org.jfree.chart.JFreeChart;
import org.jfree.chart.axis.LogarithmicAxis;
import org.jfree.chart.axis.NumberAxis;
import org.jfree.chart.axis.SymbolAxis;
import org.jfree.chart.plot.ValueMarker;
import org.jfree.chart.plot.XYPlot;
import org.jfree.chart.renderer.xy.XYErrorRenderer;
import org.jfree.chart.renderer.xy.XYLineAndShapeRenderer;
import org.jfree.chart.ui.RectangleInsets;
import org.jfree.data.xy.XYIntervalSeries;
import org.jfree.data.xy.XYIntervalSeriesCollection;
import org.jfree.data.xy.XYSeries;
import org.jfree.data.xy.XYSeriesCollection;
import org.w3c.dom.Document;

/// The charts of an experiment, as SVG files.
final class Charts {
    private static final int WIDTH = 900;

    /// Told apart by everybody, also by people who see few colours.
    private static final Color[] COLOURS = {
        new Color(0x0072b2),
        new Color(0xd55e00),
        new Color(0x009e73),
        new Color(0xcc79a7),
        new Color(0xe69f00),
        new Color(0x56b4e9),
        new Color(0x000000),
        new Color(0x999999)
    };

    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private Charts() {}

    static String file(Experiment experiment, Chart chart) {
        return experiment.name() + "-" + chart.name() + ".svg";
    }

    /// Draws every chart of an experiment.
    static void write(Experiment experiment, Results results, Path directory) throws IOException {
        for (Chart chart : experiment.charts()) {
            JFreeChart drawn = switch (chart.kind()) {
                case RATIOS -> ratios(experiment, results, chart);
                case LINES -> lines(experiment, results, chart);
            };
            write(drawn, height(results, chart), directory.resolve(file(experiment, chart)));
        }
    }

    private static int height(Results results, Chart chart) {
        return chart.kind() == Chart.Kind.RATIOS ? 140 + 36 * subjects(results, chart).size() : 480;
    }

    private static SequencedSet<String> subjects(Results results, Chart chart) {
        SequencedSet<String> subjects = new LinkedHashSet<>();
        chart.cells().forEach(cell -> subjects.addAll(results.subjects(cell)));
        return subjects;
    }

    /// The best first, as the mean of its logarithm over the cells has it.
    private static List<String> sorted(Experiment experiment, Results results, Chart chart) {
        ToDoubleFunction<String> mean = subject -> chart.cells().stream()
                .map(cell -> results.ratio(cell, subject, experiment.reference(cell), metric(experiment, chart)))
                .flatMap(Optional::stream)
                .mapToDouble(ratio -> Math.log(ratio.median()))
                .average()
                .orElse(Double.POSITIVE_INFINITY);
        return subjects(results, chart).stream()
                .sorted(Comparator.comparingDouble(mean))
                .toList();
    }

    private static String metric(Experiment experiment, Chart chart) {
        return chart.metric().isEmpty() ? experiment.metrics().getFirst().name() : chart.metric();
    }

    private static JFreeChart ratios(Experiment experiment, Results results, Chart chart) {
        List<String> subjects = sorted(experiment, results, chart).reversed();
        XYIntervalSeriesCollection data = new XYIntervalSeriesCollection();
        for (int cell = 0; cell < chart.cells().size(); cell++) {
            String name = chart.cells().get(cell);
            XYIntervalSeries series = new XYIntervalSeries(name);
            for (int i = 0; i < subjects.size(); i++) {
                // Side by side, so that intervals do not hide each other.
                double y = i + 0.3 - 0.6 * (cell + 0.5) / chart.cells().size();
                results.ratio(name, subjects.get(i), experiment.reference(name), metric(experiment, chart))
                        .ifPresent(ratio -> series.add(ratio.median(), ratio.low(), ratio.high(), y, y, y));
            }
            data.addSeries(series);
        }
        XYErrorRenderer renderer = new XYErrorRenderer();
        renderer.setDrawYError(false);
        renderer.setDefaultShape(new Rectangle2D.Double(-2.5, -2.5, 5, 5));
        renderer.setAutoPopulateSeriesShape(false);
        LogarithmicAxis across = new LogarithmicAxis("ratio to " + experiment.reference(chart.cells().getFirst()));
        across.setAutoRangeIncludesZero(false);
        across.setAllowNegativesFlag(false);
        across.setExpTickLabelsFlag(false);
        across.setLog10TickLabelsFlag(false);
        SymbolAxis down = new SymbolAxis("", subjects.toArray(String[]::new));
        down.setRange(-0.5, Math.max(subjects.size() - 0.5, 0.5));
        XYPlot plot = new XYPlot(data, across, down, renderer);
        plot.addDomainMarker(new ValueMarker(1, Color.DARK_GRAY, new BasicStroke(1)));
        return framed(chart, plot);
    }

    private static JFreeChart lines(Experiment experiment, Results results, Chart chart) {
        XYSeriesCollection data = new XYSeriesCollection();
        for (String subject : subjects(results, chart)) {
            XYSeries series = new XYSeries(subject);
            for (int i = 0; i < chart.cells().size(); i++) {
                double at = i;
                results.median(chart.cells().get(i), subject, metric(experiment, chart))
                        .ifPresent(median -> series.add(at, median));
            }
            data.addSeries(series);
        }
        String title = experiment.metrics().stream()
                .filter(each -> each.name().equals(metric(experiment, chart)))
                .map(Metric::title)
                .findFirst()
                .orElseThrow();
        LogarithmicAxis up = new LogarithmicAxis(title);
        up.setAllowNegativesFlag(true); // and zero
        up.setExpTickLabelsFlag(false);
        NumberAxis across = new SymbolAxis("", chart.cells().toArray(String[]::new));
        return framed(chart, new XYPlot(data, across, up, new XYLineAndShapeRenderer()));
    }

    private static JFreeChart framed(Chart chart, XYPlot plot) {
        plot.setBackgroundPaint(Color.WHITE);
        for (int series = 0; series < plot.getDataset().getSeriesCount(); series++) {
            plot.getRenderer().setSeriesPaint(series, COLOURS[series % COLOURS.length]);
        }
        plot.setDomainGridlinePaint(Color.LIGHT_GRAY);
        plot.setRangeGridlinePaint(Color.LIGHT_GRAY);
        plot.setAxisOffset(new RectangleInsets(4, 4, 4, 4));
        plot.getDomainAxis().setTickLabelFont(FONT);
        plot.getRangeAxis().setTickLabelFont(FONT);
        JFreeChart framed = new JFreeChart(chart.title(), FONT.deriveFont(Font.BOLD, 15), plot, true);
        framed.setBackgroundPaint(Color.WHITE);
        return framed;
    }

    private static void write(JFreeChart chart, int height, Path file) throws IOException {
        SVGGraphics2D graphics = new SVGGraphics2D(document());
        graphics.setSVGCanvasSize(new Dimension(WIDTH, height));
        chart.draw(graphics, new Rectangle2D.Double(0, 0, WIDTH, height));
        try (Writer writer = Files.newBufferedWriter(file)) {
            graphics.stream(writer, true);
        }
    }

    private static Document document() {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .getDOMImplementation()
                    .createDocument("http://www.w3.org/2000/svg", "svg", null);
        } catch (ParserConfigurationException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
