package news;

public record Goal(String team, int minute) {}
