module consumer {
    requires dev.ringway;
}
