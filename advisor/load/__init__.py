"""Files in, model objects out; `yaml_source` is the only module that imports a YAML parser."""
