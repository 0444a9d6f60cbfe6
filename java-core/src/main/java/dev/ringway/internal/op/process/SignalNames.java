package dev.ringway.internal.op.process;

import dev.ringway.internal.ffi.generated.Linux;

/// The names of signals, as Linux numbers them.
public final class SignalNames {
    /// The highest number there is.
    public static final int MOST = 64;
    /// The first one for users; the C library keeps the two before for itself.
    public static final int REAL_TIME = 34;

    private static final String[] NAMES = names();

    private SignalNames() {}

    /// The number of a name without its SIG.
    public static int number(String name) {
        for (int number = 1; number < NAMES.length; number++) {
            if (name.equals(NAMES[number])) {
                return number;
            }
        }
        throw new IllegalArgumentException("no signal is named " + name);
    }

    /// What a number is called.
    public static String name(int number) {
        if (number >= REAL_TIME) {
            return number == REAL_TIME ? "SIGRTMIN" : "SIGRTMIN+" + (number - REAL_TIME);
        }
        return number < NAMES.length && NAMES[number] != null ? "SIG" + NAMES[number] : "signal " + number;
    }

    private static String[] names() {
        String[] names = new String[32];
        names[Linux.SIGHUP()] = "HUP";
        names[Linux.SIGINT()] = "INT";
        names[Linux.SIGQUIT()] = "QUIT";
        names[Linux.SIGILL()] = "ILL";
        names[Linux.SIGTRAP()] = "TRAP";
        names[Linux.SIGABRT()] = "ABRT";
        names[Linux.SIGBUS()] = "BUS";
        names[Linux.SIGFPE()] = "FPE";
        names[Linux.SIGKILL()] = "KILL";
        names[Linux.SIGUSR1()] = "USR1";
        names[Linux.SIGSEGV()] = "SEGV";
        names[Linux.SIGUSR2()] = "USR2";
        names[Linux.SIGPIPE()] = "PIPE";
        names[Linux.SIGALRM()] = "ALRM";
        names[Linux.SIGTERM()] = "TERM";
        names[Linux.SIGSTKFLT()] = "STKFLT";
        names[Linux.SIGCHLD()] = "CHLD";
        names[Linux.SIGCONT()] = "CONT";
        names[Linux.SIGSTOP()] = "STOP";
        names[Linux.SIGTSTP()] = "TSTP";
        names[Linux.SIGTTIN()] = "TTIN";
        names[Linux.SIGTTOU()] = "TTOU";
        names[Linux.SIGURG()] = "URG";
        names[Linux.SIGXCPU()] = "XCPU";
        names[Linux.SIGXFSZ()] = "XFSZ";
        names[Linux.SIGVTALRM()] = "VTALRM";
        names[Linux.SIGPROF()] = "PROF";
        names[Linux.SIGWINCH()] = "WINCH";
        names[Linux.SIGIO()] = "IO";
        names[Linux.SIGPWR()] = "PWR";
        names[Linux.SIGSYS()] = "SYS";
        return names;
    }
}
