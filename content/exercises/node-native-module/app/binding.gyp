{
  "targets": [
    {
      "target_name": "distance",
      "sources": ["native/distance.c"],
      "cflags": ["-O2", "-Wall"]
    }
  ]
}
