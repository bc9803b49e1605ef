"""The connectors that ship with syncd. The core finds them through the entry-point group `syncd.connectors`."""
