package dev.ringway;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * What {@code java -jar} starts: prints which backend this machine gets and why.
 *
 * <p>This class alone is compiled for Java 17, so that an older JDK can say which one is needed instead of failing to
 * load it. That is why it names nothing newer, and reaches the report by reflection only.
 */
final class Main {
    private static final int NEEDED = 25;

    private Main() {}

    /**
     * Prints the report and exits: 0 on a JDK that is new enough, else 1.
     *
     * @param args passed to the report
     */
    public static void main(String[] args) throws Throwable {
        int feature = Runtime.version().feature();
        if (feature < NEEDED) {
            System.err.println("Ringway needs JDK " + NEEDED + " or newer; this is "
                    + System.getProperty("java.version") + " (" + System.getProperty("java.home") + ").");
            System.err.println("Install one, for example Eclipse Temurin from https://adoptium.net, and start that "
                    + "one's bin/java.");
            System.exit(1);
        }
        Method report = Class.forName("dev.ringway.internal.Report").getMethod("main", String[].class);
        try {
            report.invoke(null, (Object) args);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
