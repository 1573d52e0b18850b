"""Try many parameter sets of one strategy on one snapshot, count every one, and judge the best."""
