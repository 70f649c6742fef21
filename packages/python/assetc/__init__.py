"""assetc for Python: finds the binary (`assetc.binary`) and, as a Django app, its output (`assetc.manifest`)."""
