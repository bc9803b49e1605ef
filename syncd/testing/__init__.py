"""What the author of a connector needs: sandbox kit, faults, simulated world, conformance suite."""
