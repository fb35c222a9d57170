
build();
