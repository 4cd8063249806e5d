"""What Sphinx learns for this course: an extension a module, each named for its one job."""
