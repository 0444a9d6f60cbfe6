package dev.ringway;

import dev.ringway.internal.op.process.SignalNames;

/// A signal. There is one object for each, so that `==` compares them. See `man 7 signal`.
///
/// Numbers are Linux's on every system.
public final class Signal {
    private static final Signal[] ALL = new Signal[SignalNames.MOST + 1];

    static {
        for (int number = 1; number < ALL.length; number++) {
            ALL[number] = new Signal(number);
        }
    }

    /// SIGHUP: the terminal is gone.
    public static final Signal HUP = named("HUP");
    /// SIGINT: an interrupt from the keyboard.
    public static final Signal INT = named("INT");
    /// SIGQUIT: the quit key; a JVM prints its threads.
    public static final Signal QUIT = named("QUIT");
    /// SIGILL: a bad instruction.
    public static final Signal ILL = named("ILL");
    /// SIGTRAP: a trap of a debugger.
    public static final Signal TRAP = named("TRAP");
    /// SIGABRT: abort(3).
    public static final Signal ABRT = named("ABRT");
    /// SIGBUS: a bad access to memory.
    public static final Signal BUS = named("BUS");
    /// SIGFPE: bad arithmetic.
    public static final Signal FPE = named("FPE");
    /// SIGKILL: the end, which nobody can catch.
    public static final Signal KILL = named("KILL");
    /// SIGUSR1: for users.
    public static final Signal USR1 = named("USR1");
    /// SIGSEGV: an access to memory that there is none of.
    public static final Signal SEGV = named("SEGV");
    /// SIGUSR2: for users.
    public static final Signal USR2 = named("USR2");
    /// SIGPIPE: a write that nobody reads.
    public static final Signal PIPE = named("PIPE");
    /// SIGALRM: a timer has run out.
    public static final Signal ALRM = named("ALRM");
    /// SIGTERM: a request to end.
    public static final Signal TERM = named("TERM");
    /// SIGSTKFLT: an unused number of Linux's.
    public static final Signal STKFLT = named("STKFLT");
    /// SIGCHLD: a child has changed.
    public static final Signal CHLD = named("CHLD");
    /// SIGCONT: go on, after a stop.
    public static final Signal CONT = named("CONT");
    /// SIGSTOP: stop, which nobody can catch.
    public static final Signal STOP = named("STOP");
    /// SIGTSTP: a stop from the keyboard.
    public static final Signal TSTP = named("TSTP");
    /// SIGTTIN: a read from the terminal in the background.
    public static final Signal TTIN = named("TTIN");
    /// SIGTTOU: a write to the terminal in the background.
    public static final Signal TTOU = named("TTOU");
    /// SIGURG: urgent data on a socket.
    public static final Signal URG = named("URG");
    /// SIGXCPU: too much time of the processor.
    public static final Signal XCPU = named("XCPU");
    /// SIGXFSZ: too large a file.
    public static final Signal XFSZ = named("XFSZ");
    /// SIGVTALRM: a virtual timer has run out.
    public static final Signal VTALRM = named("VTALRM");
    /// SIGPROF: a profiling timer has run out.
    public static final Signal PROF = named("PROF");
    /// SIGWINCH: the terminal has another size.
    public static final Signal WINCH = named("WINCH");
    /// SIGIO: input or output is possible.
    public static final Signal IO = named("IO");
    /// SIGPWR: the power fails; Linux alone.
    public static final Signal PWR = named("PWR");
    /// SIGSYS: a bad system call.
    public static final Signal SYS = named("SYS");

    private final int number;

    private Signal(int number) {
        this.number = number;
    }

    private static Signal named(String name) {
        return of(SignalNames.number(name));
    }

    /// The signal of a number.
    ///
    /// @param number 1 to 64
    /// @throws IllegalArgumentException if there is none of this number
    public static Signal of(int number) {
        if (number < 1 || number >= ALL.length) {
            throw new IllegalArgumentException("signal " + number + ": numbers are 1 to " + (ALL.length - 1));
        }
        return ALL[number];
    }

    /// A real-time signal of Linux: SIGRTMIN + n. Those of one number queue up, rather than become one.
    ///
    /// @param n 0 to 30
    /// @throws IllegalArgumentException if there is none of this number
    public static Signal realTime(int n) {
        if (n < 0 || n > SignalNames.MOST - SignalNames.REAL_TIME) {
            throw new IllegalArgumentException("SIGRTMIN+" + n + ": there are 0 to "
                    + (SignalNames.MOST - SignalNames.REAL_TIME));
        }
        return of(SignalNames.REAL_TIME + n);
    }

    /// Its number, as Linux has it.
    public int number() {
        return number;
    }

    /// Whether it asks a program to end in order: INT, TERM or QUIT.
    public boolean asksToEnd() {
        return this == INT || this == TERM || this == QUIT;
    }

    /// Its name, such as SIGTERM.
    @Override
    public String toString() {
        return SignalNames.name(number);
    }
}
